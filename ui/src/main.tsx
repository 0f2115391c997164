// Starts the page: finds the shell (or its twin in a browser preview) and mounts the app.
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { connect } from "./ipc";
import "./styles.css";

const root = createRoot(document.getElementById("root") as HTMLElement);
const ipc = await connect();
root.render(
  ipc ? (
    <App ipc={ipc} />
  ) : (
    <main className="flex h-full items-center justify-center p-8 text-center text-muted">
      <p>Albumen runs as a desktop app. Add “?fake” to the address for a preview with made-up photos.</p>
    </main>
  ),
);
