/** Copying the address of this view, for a colleague. */

const SHOWN = 2500;

export async function share(texts) {
  const address = window.location.href;
  const note = document.getElementById("pic-share-note");
  try {
    await navigator.clipboard.writeText(address);
    note.textContent = texts.copied;
    note.hidden = false;
    setTimeout(() => { note.hidden = true; }, SHOWN);
  } catch {
    // Without leave to use the clipboard the address is shown, to be copied by hand.
    const field = document.getElementById("pic-address");
    field.value = address;
    document.getElementById("pic-share-dialog").showModal();
    field.select();
  }
}
