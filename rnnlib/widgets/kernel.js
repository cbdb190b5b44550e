// What becomes of a picture or a question whose kernel has gone: it must not look alive.

// The model, to which nothing is sent once its kernel has gone; then `el` is marked as well.
// ipywidgets marks what it shows when a kernel starts again, but not when it is shut down, and it
// does not reach the views of anywidget.
function withKernel(model, el, signal) {
  const manager = model.widget_manager; // there is none in a page without a kernel
  const ended = manager?.kernel?.disposed;
  const tellAll = () => manager.disconnect();
  let gone = false;
  const mark = () => {
    gone = true;
    el.classList.add("jupyter-widgets-disconnected");
  };
  model.on("comm_live_update", mark);
  ended?.connect(tellAll);
  signal.addEventListener("abort", () => {
    model.off("comm_live_update", mark);
    ended?.disconnect(tellAll);
  });
  return { ...model, send: (message) => { if (!gone) model.send(message); } };
}
