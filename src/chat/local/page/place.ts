/** Which message the blocks of an answer stand in: what is pressed in them is sent to it. */
import { createContext } from "preact";

export const MessageId = createContext("");
