import { useEffect } from "preact/hooks";
import { isApart, rooms } from "../link.ts";
import { useLab } from "./context.ts";
import type { Lab } from "./lab.ts";

/** Space, s, r, the rooms' numbers and ?, unless a control that takes keys has the focus. */
export function useKeys(showHelp: () => void): void {
  const lab = useLab();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || takesKeys(event) || !keysAreOn()) return;
      const room = rooms[Number(event.key) - 1];
      const racing = !isApart(lab.state.value.room);
      if (event.key === " " && racing) lab.toggle();
      else if (event.key === "s" && racing) lab.step();
      else if (event.key === "r" && racing) askedReset(lab);
      else if (event.key === "?") showHelp();
      else if (room !== undefined) lab.go(room);
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [lab, showHelp]);
}

/** Keys without a modifier get in the way of speech input, so they can be switched off. */
export const keysAreOn = (): boolean => localStorage.getItem("keys") !== "off";
export const switchKeys = (on: boolean): void => localStorage.setItem("keys", on ? "on" : "off");

/** A key is easily pressed, and a race easily lost. */
function askedReset(lab: Lab): void {
  const { status, words } = lab.state.value;
  if (status !== "running" || confirm(words.status.reset)) lab.reset();
}

/** Fields take all keys; buttons and similar take the space bar. */
function takesKeys({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (document.querySelector("dialog[open]") !== null) return true;
  // A dialog that has closed keeps the focus until the next frame.
  if (target.closest("dialog") !== null) return false;
  if (target.closest("textarea, select, input:not([type=checkbox]):not([type=range])") !== null) return true;
  return key === " " && target.closest("button, a, summary, input") !== null;
}
