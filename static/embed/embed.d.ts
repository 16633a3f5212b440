// Types of <onboarding-portal>, which embed.js beside this file defines.
//
// Keep a copy of it in your project. Vue's compiler has to be told that the element is
// one: isCustomElement: (tag) => tag === "onboarding-portal". React 19 needs this once:
//
//   import type { DetailedHTMLProps, HTMLAttributes } from "react";
//   import type { OnboardingPortalElement, OnboardingPortalProps } from "./embed";
//   declare module "react" {
//     namespace JSX {
//       interface IntrinsicElements {
//         "onboarding-portal": DetailedHTMLProps<HTMLAttributes<OnboardingPortalElement>, OnboardingPortalElement> & OnboardingPortalProps;
//       }
//     }
//   }

/** Where the customer stands. What they have to do themselves is in `OnboardingState`. */
export type OnboardingStage =
  | "submission"
  | "compliance-review"
  | "activation"
  | "complete"
  | "blocked"
  | "unknown";

/** The row of the portal's stage table; more may come, so have a default for others. */
export type OnboardingState =
  | "start" | "continue" | "step-up" | "preparing" | "restart" | "retry" | "declined" | "start-again"
  | "waiting" | "reviewing" | "finishing"
  | "sign" | "activating"
  | "ready" | "rails-pending"
  | "suspended" | "user-required" | "closed"
  | "unknown"
  | (string & {});

/** What went wrong, and who can do something about it. */
export type OnboardingProblemCode =
  /** The one-time link was used or is too old. Get a new one from the partner API and set `src`. */
  | "link-expired"
  /** The customer was away for too long. Get a new link and set `src`: they go on where they were. */
  | "session-expired"
  /** The browser keeps no cookie in frames. The page offers a new tab and follows it; nothing to do. */
  | "cookies-blocked"
  /** This page may not frame the portal. The console has the line for the portal's operator. */
  | "frame-refused"
  /** The camera can't be used here. The page says so and offers other ways; nothing to do. */
  | "camera-refused"
  /** Nothing came: see `reason`. Set `src` again to try again. */
  | "load-failed";

/** Why, where more is known. More may come. */
export type OnboardingProblemReason =
  /** load-failed: `src` is no http or https address. */
  | "bad-src"
  /** load-failed: the browser is offline. */
  | "offline"
  /** load-failed: the portal does not answer. */
  | "unreachable"
  /** load-failed: the portal answers, but the page did not come within `timeout`. */
  | "timeout"
  /** frame-refused: the origin of this page (or of one around it) is not in the partners file. */
  | "origin"
  /** frame-refused: this page's own Content-Security-Policy lacks the portal in frame-src. */
  | "host-policy"
  | (string & {});

export interface OnboardingStageDetail {
  readonly stage: OnboardingStage;
  readonly state: OnboardingState;
}

export interface OnboardingProblemDetail {
  readonly code: OnboardingProblemCode;
  readonly reason?: OnboardingProblemReason;
}

/** The events of the element. None of them bubbles: listen on the element itself. */
export interface OnboardingPortalEventMap {
  /** The portal shows itself; once for each `src`. */
  ready: CustomEvent<null>;
  /** The customer stands somewhere else than before. */
  stagechange: CustomEvent<OnboardingStageDetail>;
  /** Onboarding is finished. To be sure of it, ask the partner API from your server. */
  complete: CustomEvent<null>;
  /** The customer has signed out, or follows the way back to you. */
  exit: CustomEvent<null>;
  problem: CustomEvent<OnboardingProblemDetail>;
}

export interface OnboardingPortalAttributes {
  /** The `url` that the partner API gave for this customer. Setting it again loads it anew. */
  src?: string;
  /** Language of the pages, like "de". What the customer has chosen themselves comes first. */
  locale?: string;
  /** What the customer has chosen themselves comes first. */
  theme?: "auto" | "light" | "dark";
  /** Milliseconds until `problem` says `load-failed`; 15000 unless set. */
  timeout?: number | string;
}

/** What JSX takes: the attributes, and a handler for each event. */
export type OnboardingPortalProps = OnboardingPortalAttributes & {
  [K in keyof OnboardingPortalEventMap as `on${K}`]?: (event: OnboardingPortalEventMap[K]) => void;
};

/**
 * The element. `locale` and `theme` are read when `src` is loaded; changing them alone
 * waits for the next `src`, so that nobody loses what they are doing. Its frame can be
 * styled: onboarding-portal::part(frame) { border-radius: 1rem }.
 */
export interface OnboardingPortalElement extends HTMLElement {
  get src(): string;
  set src(value: string | null | undefined);
  get locale(): string;
  set locale(value: string | null | undefined);
  get theme(): string;
  set theme(value: "auto" | "light" | "dark" | null | undefined);
  get timeout(): number;
  set timeout(value: number);
  /** The newest stage that was told, or null: for listeners that come late. */
  readonly stage: OnboardingStage | null;
  /** The newest state that was told, or null. */
  readonly state: OnboardingState | null;

  addEventListener<K extends keyof OnboardingPortalEventMap>(
    type: K,
    listener: (this: OnboardingPortalElement, event: OnboardingPortalEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: OnboardingPortalElement, event: HTMLElementEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof OnboardingPortalEventMap>(
    type: K,
    listener: (this: OnboardingPortalElement, event: OnboardingPortalEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: OnboardingPortalElement, event: HTMLElementEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "onboarding-portal": OnboardingPortalElement;
  }
}
