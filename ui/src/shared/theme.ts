// Light, dark, or as the system says; the choice is kept in this window's own storage and shared by all components.
import { useEffect, useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";
const KEY = "albumen.theme";
const ORDER: Theme[] = ["system", "light", "dark"];
const listeners = new Set<() => void>();

function stored(): Theme {
  const value = localStorage.getItem(KEY);
  return value === "light" || value === "dark" ? value : "system";
}

const systemIsDark = () => window.matchMedia("(prefers-color-scheme: dark)").matches;

function subscribe(listener: () => void): () => void {
  const media = window.matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", listener);
  listeners.add(listener);
  return () => {
    media.removeEventListener("change", listener);
    listeners.delete(listener);
  };
}

export function useTheme(): { theme: Theme; dark: boolean; next: () => void } {
  const theme = useSyncExternalStore(subscribe, stored);
  const system = useSyncExternalStore(subscribe, systemIsDark);
  const dark = theme === "dark" || (theme === "system" && system);

  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }, [dark]);

  const next = () => {
    localStorage.setItem(KEY, ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length]);
    for (const listener of listeners) listener();
  };
  return { theme, dark, next };
}
