// The simulator's hosted identity pages, walked as a customer walks them: in the
// frame, in a tab, with a camera or with sample pictures.

/** Where in the hosted pages somebody is: welcome, step, review, done, … */
const shown = (place, page, step) => place.locator(`main[data-page=${page}]${step ? ` [data-step=${step}]` : ""}`).waitFor();

/** From the first page to the first step. */
export async function openSteps(place) {
  await shown(place, "welcome");
  await place.locator("[data-begin]").click();
}

/** The titles that the first page lists. */
export async function listed(place) {
  await shown(place, "welcome");
  return place.locator("ol.steps b").allTextContents();
}

/** Answers one step with the samples. */
export async function answer(place, step) {
  await shown(place, "step", step);
  await place.locator("button[name=sample]").click();
}

/** Takes the selfie with the camera, and goes on without any sample. */
export async function takePicture(place) {
  await shown(place, "step", "selfie");
  await place.locator('[data-part="on"]').click();
  await place.locator('[data-camera][data-state="live"]').waitFor();
  await place.locator('[data-part="take"]').click();
  await place.locator('[data-camera][data-state="taken"]').waitFor();
  await place.locator("form button[type=submit]:not([name])").click();
}

/** Looks everything over and hands it in. In a frame the page around may move on at once. */
export async function submit(place) {
  await shown(place, "review");
  await place.locator("[data-submit]").click();
}

/** Waits for the thanks, where the page stays. */
export const thanked = (place) => shown(place, "done");

export const personSteps = ["identity", "selfie", "proof_of_residence", "questionnaire"];

/** The whole of it; steps names what is asked for. */
export async function handIn(place, { steps = personSteps, camera = false } = {}) {
  await openSteps(place);
  for (const step of steps) await (step === "selfie" && camera ? takePicture(place) : answer(place, step));
  await submit(place);
}
