// The camera of the selfie step. Everything else on the hosted pages works
// without a script, and so does this step, by uploading or with the sample.
const reasons = {
  policy: "This page is shown inside another one that does not pass the camera on, so your browser did not ask you.",
  NotAllowedError: "Your browser or you refused the camera. You can allow it in the address bar or in your settings and try again.",
  NotFoundError: "No camera was found on this device.",
  NotReadableError: "Another program is using the camera.",
  OverconstrainedError: "The camera can't take pictures of the kind that is needed.",
  AbortError: "The camera stopped by itself.",
  SecurityError: "Your browser does not allow the camera on this page at all.",
  insecure: "Browsers only give a camera to pages on a secure address, and this one isn't.",
  unknown: "The camera could not be started.",
};

const camera = document.querySelector("[data-camera]");
if (camera) start(camera);

function start(camera) {
  const part = (name) => camera.querySelector(`[data-part="${name}"]`);
  const video = part("video");
  const still = part("still");
  const input = document.getElementById(camera.dataset.for);
  let stream = null;

  const show = (state, words, tone = "") => {
    camera.dataset.state = state;
    part("stage").hidden = state !== "live" && state !== "taken";
    part("oval").hidden = state !== "live";
    video.hidden = state !== "live";
    still.hidden = state !== "taken";
    part("on").hidden = state === "live" || state === "taken" || state === "asking";
    part("take").hidden = state !== "live";
    part("again").hidden = state !== "taken";
    part("tell").textContent = words;
    part("tell").dataset.tone = tone;
  };

  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
  };

  const refuse = (name) => {
    stop();
    camera.dataset.reason = name;
    const words = reasons[name] ?? `${reasons.unknown} (${name})`;
    show("refused", `${words} You can upload a picture or use the sample below.`, "wrong");
  };

  const ask = async () => {
    delete camera.dataset.reason;
    const policy = document.permissionsPolicy ?? document.featurePolicy;
    if (policy && !policy.allowsFeature("camera")) return refuse("policy");
    if (!navigator.mediaDevices?.getUserMedia) return refuse("insecure");
    show("asking", "Your browser asks whether this page may use the camera. Please allow it.");
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: { ideal: 1280 } }, audio: false });
      video.srcObject = stream;
      await video.play();
      show("live", "Look straight into the camera and keep your face inside the oval.");
      part("take").focus();
    } catch (problem) {
      refuse(problem?.name ?? "unknown");
    }
  };

  const take = () => {
    still.width = video.videoWidth;
    still.height = video.videoHeight;
    still.getContext("2d").drawImage(video, 0, 0);
    still.toBlob((blob) => {
      if (!blob) return refuse("unknown");
      const chosen = new DataTransfer();
      chosen.items.add(new File([blob], "selfie.jpg", { type: "image/jpeg" }));
      input.files = chosen.files;
      stop();
      show("taken", "Picture taken. Continue if your face can be seen clearly.");
      part("again").focus();
    }, "image/jpeg", 0.85);
  };

  part("on").addEventListener("click", ask);
  part("take").addEventListener("click", take);
  part("again").addEventListener("click", () => {
    input.value = "";
    ask();
  });
  // A camera that stays on after the page is left frightens people.
  addEventListener("pagehide", stop);
  camera.hidden = false;
  show("off", "Your browser will ask for your permission first.");
}
