// All views of one stepper have one clock: playing in one is playing in all, and so is a pause.

const PLAY_MS = { slow: 1600, normal: 800, fast: 300 };
const clocks = new WeakMap(); // by the scene, which the views of a model share

function clockOf(scene) {
  if (!clocks.has(scene)) clocks.set(scene, new Clock());
  return clocks.get(scene);
}

class Clock {
  views = new Set();
  timer = null;

  join(view) {
    for (const { speed } of this.views) view.speed.value = speed.value;
    this.views.add(view);
    this.tell();
  }

  leave(view) {
    this.views.delete(view);
    if (this.by === view) this.pause();
  }

  // the view that was asked moves the model, and all follow
  start(view) {
    clearInterval(this.timer);
    if (view.index === view.steps.length - 1) view.goTo(0);
    this.by = view;
    this.timer = setInterval(() => {
      view.goTo(view.index + 1);
      if (view.index === view.steps.length - 1) this.pause();
    }, PLAY_MS[view.speed.value]);
    this.tell();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.tell();
  }

  setPace(view) {
    for (const other of this.views) other.speed.value = view.speed.value;
    if (this.timer) this.start(view);
  }

  tell() {
    const [sign, word] = this.timer ? ["❚❚", "Pause"] : ["▶", "Play"];
    for (const { play } of this.views) {
      play.textContent = `${sign} ${word.toLowerCase()}`;
      play.title = play.ariaLabel = `${word} (space)`;
    }
  }
}
