// The twin's decisions: what holds for each group, and the person's steps, which undo and redo walk through.
import type { DecisionStep, GroupStatus } from "../types";

export type Choice = { status: GroupStatus; keep: number[] };
type Stored = {
  id: number;
  label: string;
  at: string;
  before: Map<number, Choice | undefined>;
  after: Map<number, Choice>;
};

export class FakeDecisions {
  private choices = new Map<number, Choice>();
  private steps: Stored[] = [];
  private nextId = 1;
  /** How many of the steps are in force. */
  private inForce = 0;

  of = (groupId: number): Choice | undefined => this.choices.get(groupId);

  get canUndo(): string | null {
    return this.steps[this.inForce - 1]?.label ?? null;
  }

  get canRedo(): string | null {
    return this.steps[this.inForce]?.label ?? null;
  }

  add(label: string, after: Map<number, Choice>): void {
    const before = new Map([...after.keys()].map((id) => [id, this.choices.get(id)]));
    const step = { id: this.nextId++, label, at: new Date().toISOString(), before, after };
    this.steps = [...this.steps.slice(0, this.inForce), step];
    this.redo();
  }

  undo(): void {
    const step = this.steps[this.inForce - 1];
    if (!step) return;
    for (const [id, choice] of step.before) {
      if (choice) this.choices.set(id, choice);
      else this.choices.delete(id);
    }
    this.inForce--;
  }

  redo(): void {
    const step = this.steps[this.inForce];
    if (!step) return;
    for (const [id, choice] of step.after) this.choices.set(id, choice);
    this.inForce++;
  }

  goTo(id: number): void {
    const wanted = this.steps.findIndex((step) => step.id === id) + 1;
    while (this.inForce > wanted) this.undo();
    while (this.inForce < wanted) this.redo();
  }

  history(): DecisionStep[] {
    return this.steps
      .map(({ id, label, at, after }, i) => ({ id, label, at, groups: after.size, undone: i >= this.inForce }))
      .reverse();
  }
}
