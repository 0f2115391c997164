// The twin's cameras and the corrections of their clocks.
import type { Ipc } from "..";
import type { AppError, ClockCamera, ClockChange, ClockPhoto, ClockSetting } from "../types";

type Call = <T>(name: string, run: () => T | Promise<T>) => Promise<T>;
type Clocks = Pick<Ipc, "clockCameras" | "clocks" | "previewClock" | "setClock" | "forgetClock">;
type Photo = { fileId: number; name: string; own: string };

const SHOWN = 6;
const LATEST = Date.UTC(2100, 11, 31);

const CAMERAS: [name: string, files: number, from: string, to: string][] = [
  ["Canon EOS R6", 6_214, "2021-03-06T09:12:40", "2025-05-10T20:40:02"],
  ["iPhone 13", 5_820, "2022-01-02T11:00:09", "2025-05-09T18:22:31"],
  ["Pixel 7", 3_107, "2023-02-11T07:45:00", "2025-04-30T22:01:17"],
  ["Canon EOS 550D", 1_203, "2007-01-01T00:12:08", "2007-01-19T17:48:51"],
];

const moved = (time: string, seconds: number): string => {
  const at = Date.parse(`${time}Z`) + seconds * 1000;
  return at > LATEST ? time : new Date(at).toISOString().slice(0, 19);
};

const photosOf = (camera: number): Photo[] => {
  const [, , from, to] = CAMERAS[camera];
  const [first, last] = [Date.parse(`${from}Z`), Date.parse(`${to}Z`)];
  return Array.from({ length: SHOWN }, (_, i) => ({
    fileId: 640 * (camera + 1) + 96 * i,
    name: `IMG_${4100 + 37 * i}.JPG`,
    own: new Date(first + ((last - first) * i) / (SHOWN - 1)).toISOString().slice(0, 19),
  }));
};

const refuse = (message: string): never => {
  throw {
    code: "clock_wrong",
    message,
    safe: "Nothing was changed.",
    next: "Change what you typed.",
  } satisfies AppError;
};

type World = { call: Call; refuseWhileBusy: () => void; changed: () => void };

export function clockCalls({ call, refuseWhileBusy, changed }: World): Clocks {
  let settings: ClockSetting[] = [];
  let next = 1;
  const means = (of: Pick<ClockChange, "camera" | "from" | "to">, camera: string, { own }: Photo): boolean =>
    of.camera === camera && own >= (of.from ?? "") && own.slice(0, of.to?.length ?? 0) <= (of.to ?? "");
  const shown = (camera: string, photo: Photo, change: ClockChange | null): ClockPhoto => {
    const mine = settings.filter((one) => means(one, camera, photo));
    const before = mine.reduce((time, one) => moved(time, one.shiftSeconds), photo.own);
    const zone = mine.find((one) => one.offsetMinutes !== null)?.offsetMinutes ?? change?.offsetMinutes ?? null;
    return {
      ...photo,
      hasThumb: true,
      before,
      after: moved(before, change?.shiftSeconds ?? 0),
      offsetMinutes: zone,
    };
  };
  const preview = (change: ClockChange) => {
    if (change.shiftSeconds === 0 && change.offsetMinutes === null) refuse("Nothing would change.");
    if (change.from && change.to && change.from > change.to) refuse("The first day lies behind the last.");
    const at = CAMERAS.findIndex(([name]) => name === change.camera);
    if (at < 0) return { files: 0, photos: [] };
    const all = photosOf(at);
    const photos = all.filter((photo) => means(change, change.camera, photo));
    const files = Math.round((CAMERAS[at][1] * photos.length) / all.length);
    return { files, photos: photos.map((photo) => shown(change.camera, photo, change)) };
  };
  return {
    clockCameras: () =>
      call("clock_cameras", () =>
        CAMERAS.map(
          ([name, files, from, to], at): ClockCamera => ({
            name,
            files,
            from,
            to,
            photos: photosOf(at).map((photo) => shown(name, photo, null)),
          }),
        ),
      ),
    clocks: () => call("clocks", () => settings),
    previewClock: (change) => call("preview_clock", () => preview(change)),
    setClock: (change) =>
      call("set_clock", () => {
        refuseWhileBusy();
        const { files } = preview(change);
        if (files === 0) refuse("No photo of this camera was taken in that time, by its own clock.");
        const made: ClockSetting = { id: next++, ...change, files };
        settings = [...settings, made];
        changed();
        return made;
      }),
    forgetClock: (id) =>
      call("forget_clock", () => {
        refuseWhileBusy();
        settings = settings.filter((one) => one.id !== id);
        changed();
      }),
  };
}
