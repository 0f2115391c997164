// The twin as a browser preview asks for it in the address.
import type { Ipc } from "..";
import type { Step } from "../types";
import { createFake, type Scenario } from ".";

/** For a browser preview: ?fake&scenario=huge&step=review. Dropping real folders works too, by their names. */
export function fakeFromUrl(params: URLSearchParams): Ipc {
  const fake = createFake({
    scenario: (params.get("scenario") as Scenario) ?? "demo",
    step: (params.get("step") as Step) ?? undefined,
  });
  window.addEventListener("dragover", (event) => {
    event.preventDefault();
    fake.drop({ kind: "over" });
  });
  window.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) fake.drop({ kind: "leave" });
  });
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    fake.drop({ kind: "drop", paths: [...(event.dataTransfer?.files ?? [])].map((file) => `/home/anna/${file.name}`) });
  });
  return fake;
}
