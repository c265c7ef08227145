// How far the learner is with each lesson: kept by this tab of the browser alone.

const STORED = "crossexam-lessons";

function storedLessons() {
  try {
    return JSON.parse(sessionStorage.getItem(STORED)) || {};
  } catch {
    return {};
  }
}

// The address says the step, so that a link opens it; the server need not be asked for that.
function writeStep(number) {
  const address = new URL(window.location.href);
  if (!address.searchParams.has("lesson")) return;
  address.searchParams.set("step", String(number));
  window.history.replaceState(window.history.state, "", address);
}

function storeLesson(name, progress) {
  try {
    sessionStorage.setItem(STORED, JSON.stringify({ ...storedLessons(), [name]: progress }));
  } catch {
    // storage is blocked: the progress lives as long as the page
  }
}
