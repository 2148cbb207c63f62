import { useEffect, useState } from "preact/hooks";
import { type Room, isApart } from "../link.ts";
import { RaceRoom } from "../rooms/race.tsx";
import { Setup } from "../rooms/setup.tsx";
import { Transport } from "../rooms/transport.tsx";
import { useLab, useLabState, useWords } from "./context.ts";
import { dropFiles } from "./drop-files.ts";
import { Header } from "./header.tsx";
import { Help } from "./help.tsx";
import { useKeys } from "./keys.ts";
import { useLater, useNextFrame } from "./later.ts";
import { NoGpuNotice } from "./no-gpu.tsx";
import { Recorded } from "./recorded.tsx";
import { laterRooms } from "./rooms.ts";
import { Tour } from "./tour.tsx";

/** The page: the header with its rooms, the set-up at the side, the room in the middle. */
export function App() {
  const words = useWords();
  const room = useLabState((state) => state.room);
  const lab = useLab();
  const apart = isApart(room);
  const [help, setHelp] = useState(false);
  const [tour, setTour] = useState(false);
  const next = useNextFrame();
  useKeys(() => setHelp(true));
  const dragging = useDrop();
  const startTour = (): void => {
    if (apart) lab.go("race"); // the tour is about the race
    setTour(true);
  };
  const endTour = (): void => {
    setTour(false);
    document.getElementById("start-tour")?.focus();
  };
  return (
    <>
      <a class="skip" href="#content" onClick={focusContent}>
        {words.skip}
      </a>
      <Header onHelp={() => setHelp(true)} onTour={startTour} />
      <NoGpuNotice />
      <div class={apart ? "layout apart" : "layout"}>
        {!apart && (
          <aside>
            <h2>{words.setup.title}</h2>
            {next && <Setup />}
          </aside>
        )}
        <main id="content" tabIndex={-1}>
          <h2 class="room-about">{words.roomsAbout[room]}</h2>
          {!apart && <Transport />}
          <RoomContent room={room} />
          {room === "race" && <Recorded />}
        </main>
      </div>
      {help && <Help onClose={() => setHelp(false)} />}
      {tour && <Tour onEnd={endTour} />}
      {dragging && <div class="drop-here">{words.setup.drop}</div>}
    </>
  );
}

/** Without changing the fragment, which holds the page's state. */
function focusContent(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

function RoomContent({ room }: { room: Room }) {
  const Content = useLater<object>(room === "race" ? undefined : laterRooms[room]);
  if (room === "race") return <RaceRoom />;
  return Content === undefined ? null : <Content />;
}

/** Files may be dropped anywhere. */
function useDrop(): boolean {
  const lab = useLab();
  const [dragging, setDragging] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      setDragging(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setDragging(false);
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      setDragging(false);
      void dropFiles(lab, [...(event.dataTransfer?.files ?? [])]);
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, [lab]);
  return dragging;
}
