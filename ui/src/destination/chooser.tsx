// The homes to choose from, as cards in groups.
import { GROUPS, type Home, type Kind } from "./homes";

function HomeCard({ home, pressed, onPress }: { home: Home; pressed: boolean; onPress: () => void }) {
  const { kind, title, text, icon: Icon } = home;
  return (
    <button
      type="button"
      data-testid={`dest-${kind}`}
      aria-pressed={pressed}
      onClick={onPress}
      className={`flex items-start gap-3.5 rounded-xl border bg-surface p-4 text-left shadow-card transition-colors disabled:opacity-60 ${pressed ? "border-accent outline-1 outline-accent" : "border-line hover:border-edge"}`}
    >
      <span
        aria-hidden
        className="flex size-10 shrink-0 items-center justify-center rounded-xl bg-accent-soft text-accent"
      >
        <Icon size={20} />
      </span>
      <span className="min-w-0">
        <span className="block font-semibold">{title}</span>
        <span className="block text-[13px] text-muted">{text}</span>
      </span>
    </button>
  );
}

export function Chooser({ kind, onChoose }: { kind: Kind | null; onChoose: (kind: Kind) => void }) {
  return (
    <div className="flex flex-col gap-5">
      {GROUPS.map(({ title, homes }) => (
        <section key={title} aria-label={title}>
          <h3 className="mb-2 text-[13px] font-medium text-muted">{title}</h3>
          <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
            {homes.map((home) => (
              <HomeCard key={home.kind} home={home} pressed={home.kind === kind} onPress={() => onChoose(home.kind)} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}
