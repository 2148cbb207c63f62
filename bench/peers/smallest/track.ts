/** Loaded before a peer: follows its buffers. */
import { followBuffers, type BufferBytes } from "../counts.ts";

declare global {
  interface Window {
    buffers?: BufferBytes;
  }
}

window.buffers = followBuffers();
