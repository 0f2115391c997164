// The window: steps on the left, the current screen, the job bar below; providers for the shell, reads and jobs.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Toaster, toast } from "sonner";
import { DestinationScreen } from "./destination/screen";
import { FinishScreen } from "./finish/screen";
import type { Ipc, JobKind, Snapshot, Step } from "./ipc";
import { MoveScreen } from "./move/screen";
import { PhaseLine } from "./phases/line";
import { PlanScreen } from "./plan/screen";
import { ReviewScreen } from "./review/screen";
import { DropProvider } from "./shared/drop";
import { IpcProvider, useIpc } from "./shared/ipc";
import { JobProvider } from "./shared/job";
import { JobBar } from "./shared/job-bar";
import { useSnapshot } from "./shared/queries";
import { Rail } from "./shared/rail";
import type { ScreenProps } from "./shared/steps";
import { useTheme } from "./shared/theme";
import { Button } from "./shared/ui/button";
import { ErrorBox } from "./shared/ui/error-box";
import { SourcesScreen } from "./sources/screen";

const SCREENS: Record<Step, (props: ScreenProps) => React.ReactNode> = {
  sources: SourcesScreen,
  review: ReviewScreen,
  destination: DestinationScreen,
  plan: PlanScreen,
  move: MoveScreen,
  finish: FinishScreen,
};

/** Jobs whose buttons stand on the Move screen. */
const MOVING: readonly JobKind[] = ["migrate", "pilot"];
const NONE: readonly JobKind[] = [];

function Window({ snapshot }: { snapshot: Snapshot }) {
  const ipc = useIpc();
  const [step, setStep] = useState<Step>(snapshot.step);
  const go = (next: Step) => {
    setStep(next);
    toast.dismiss(); // what was said belongs to the screen that is left
    ipc.setStep(next).catch(() => undefined); // only remembered for the next start: not worth a message
  };
  const Current = SCREENS[step];
  return (
    <DropProvider onAdded={() => go("sources")}>
      <div className="flex h-full">
        <Rail snapshot={snapshot} step={step} go={go} />
        <div className="flex min-w-0 flex-1 flex-col">
          <PhaseLine />
          <main className="min-h-0 flex-1">
            <Current key={step} snapshot={snapshot} go={go} />
          </main>
          <JobBar quiet={step === "move" ? MOVING : NONE} />
        </div>
      </div>
    </DropProvider>
  );
}

function Start() {
  const { dark } = useTheme();
  const { data, error, refetch } = useSnapshot();
  return (
    <>
      {data ? (
        <Window snapshot={data} />
      ) : (
        <main className="flex h-full items-center justify-center p-8">
          {error && (
            <div className="w-full max-w-xl">
              <h1 className="mb-3 text-xl font-semibold">Albumen could not open its catalog</h1>
              <ErrorBox error={error}>
                <Button onClick={() => refetch()}>Try again</Button>
                <p className="self-center text-[13px] text-muted">
                  Moved the catalog aside, or closed the other window? Then try again.
                </p>
              </ErrorBox>
            </div>
          )}
        </main>
      )}
      <Toaster theme={dark ? "dark" : "light"} position="bottom-right" offset={{ bottom: 76 }} closeButton />
    </>
  );
}

export function App({ ipc }: { ipc: Ipc }) {
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            retry: false,
            refetchOnWindowFocus: false,
            staleTime: Number.POSITIVE_INFINITY,
            networkMode: "always",
          },
        },
      }),
  );
  useEffect(() => () => client.clear(), [client]);
  return (
    <QueryClientProvider client={client}>
      <IpcProvider ipc={ipc}>
        <JobProvider>
          <Start />
        </JobProvider>
      </IpcProvider>
    </QueryClientProvider>
  );
}
