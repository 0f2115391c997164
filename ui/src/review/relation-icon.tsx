// The icon for what a member is to its keeper; always beside the word, never alone.
import {
  Copy,
  Crop,
  Equal,
  Frame,
  GalleryHorizontalEnd,
  type LucideIcon,
  RotateCw,
  SunMedium,
  Trophy,
  WandSparkles,
} from "lucide-react";
import type { Relation } from "../ipc";

const ICON: Record<Relation, LucideIcon> = {
  keeper: Trophy,
  identical: Equal,
  same: Copy,
  turned: RotateCw,
  edited: WandSparkles,
  crop: Crop,
  border: Frame,
  burst: GalleryHorizontalEnd,
  bracket: SunMedium,
};

export function RelationIcon({ relation }: { relation: Relation }) {
  const Icon = ICON[relation];
  return <Icon size={12} aria-hidden className="shrink-0" />;
}
