/** Two quiet notes. Resolves to whether they are heard: before somebody has touched the page, browsers play nothing. */
const NOTES = [659.25, 987.77]; // hertz: e, b
const LENGTH = 0.35; // seconds of each
const LOUD = 0.12;
const PATIENCE = 300; // milliseconds in which sound must be allowed

export async function chime() {
  if (!globalThis.AudioContext) return false;
  const audio = new AudioContext();
  await Promise.race([audio.resume(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]).catch(() => {});
  if (audio.state !== "running") {
    await audio.close();
    return false;
  }
  NOTES.forEach((frequency, place) => play(audio, frequency, audio.currentTime + place * LENGTH * 0.5));
  setTimeout(() => audio.close(), 1000 * LENGTH * NOTES.length);
  return true;
}

function play(audio, frequency, from) {
  const note = new OscillatorNode(audio, { frequency, type: "sine" });
  const loudness = new GainNode(audio, { gain: 0 });
  loudness.gain.setValueAtTime(0, from);
  loudness.gain.linearRampToValueAtTime(LOUD, from + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.001, from + LENGTH);
  note.connect(loudness).connect(audio.destination);
  note.start(from);
  note.stop(from + LENGTH);
}
