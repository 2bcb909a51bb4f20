// A camera's own stream from a media server by WebRTC (WHEP). Where it does not come, the feed's pictures stay.

const ANSWER_MS = 8_000;

// Begins, and gives back what ends it. `playing` hears whether the video is there.
export function playByWhep(
  video: HTMLVideoElement,
  address: string,
  playing: (isPlaying: boolean) => void,
): () => void {
  const connection = new RTCPeerConnection();
  const stop = () => {
    connection.close();
    video.srcObject = null;
    playing(false);
  };
  connection.addTransceiver("video", { direction: "recvonly" });
  connection.ontrack = (event) => {
    video.srcObject = event.streams[0] ?? new MediaStream([event.track]);
    video.onplaying = () => playing(true);
  };
  connection.onconnectionstatechange = () => {
    if (["failed", "disconnected", "closed"].includes(connection.connectionState)) stop();
  };
  const ask = async () => {
    await connection.setLocalDescription(await connection.createOffer());
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/sdp" },
      body: connection.localDescription?.sdp ?? "",
      credentials: "omit", // our cookie is nothing for another server
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    await connection.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  };
  ask().catch(stop);
  return stop;
}
