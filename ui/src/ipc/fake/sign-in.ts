// The twin's sign-in: a browser that somebody answers after a moment, refuses, or leaves open.
import type { AppError, DestinationSpec, SignedInAs } from "../types";
import type { Scenario } from ".";

const NOTHING = "Nothing was stored, and Albumen has no access.";
const DENIED: AppError = {
  code: "sign_in_denied",
  message: "Access was not given: the browser said no.",
  safe: NOTHING,
  next: "Sign in again and choose “Allow”, or choose another home.",
};
const NO_CLIENT: AppError = {
  code: "client_missing",
  message: "This build of Albumen has no client id of its own for this provider.",
  safe: NOTHING,
  next: "Enter your own client id below, then sign in.",
};
const STOPPED: AppError = {
  code: "stopped",
  message: "Signing in was cancelled.",
  safe: NOTHING,
  next: "Sign in again.",
};

export class FakeSignIn {
  link: string | null = null;
  private end: (error: AppError) => void = () => undefined;
  private readonly accounts = new Set<string>();

  constructor(
    private readonly scenario: Scenario,
    private readonly instant: boolean,
  ) {}

  begin(spec: DestinationSpec, clientId: string): Promise<SignedInAs> {
    if (this.scenario === "noClient" && clientId === "") return Promise.reject(NO_CLIENT);
    this.end(STOPPED);
    const google = spec.kind === "drive";
    this.link = google
      ? "https://accounts.google.com/o/oauth2/v2/auth?response_type=code&scope=drive.file&state=4f1c"
      : "https://www.dropbox.com/oauth2/authorize?response_type=code&state=4f1c";
    return new Promise((resolve, reject) => {
      this.end = (error) => {
        this.link = null;
        reject(error);
      };
      if (this.scenario === "signing") return;
      const answer = () => {
        this.link = null;
        if (this.scenario === "denied") return reject(DENIED);
        this.accounts.add(spec.kind);
        resolve({
          spec: { ...spec, account: google ? "1084" : "dbid:AAH4" } as DestinationSpec,
          name: "anna.berg@example.com",
          freeBytes: google ? 12.4e9 : 1.9e12,
        });
      };
      setTimeout(answer, this.instant ? 0 : 2500);
    });
  }

  cancel(): void {
    this.end(STOPPED);
  }

  holds(spec: DestinationSpec): boolean {
    return this.accounts.has(spec.kind);
  }

  forget(spec: DestinationSpec): void {
    this.accounts.delete(spec.kind);
  }
}
