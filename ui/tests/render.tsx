// Mounts the whole app over the in-memory twin, at a step, as a person would meet it.
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "../src/app";
import type { Step } from "../src/ipc";
import { createFake, type Scenario } from "../src/ipc/fake";

export async function open(scenario: Scenario, step: Step, instant = true) {
  const ipc = createFake({ scenario, step, instant });
  const user = userEvent.setup();
  render(<App ipc={ipc} />);
  await screen.findByTestId(`screen-${step}`);
  return { ipc, user };
}
