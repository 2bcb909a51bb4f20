// A camera's own stream from a media server by WebRTC (WHEP). Where it does not come, the feed's pictures stay.

const ANSWER_MS = 8000;

export async function playByWhep(tile, template) {
  const connection = new RTCPeerConnection();
  const video = Object.assign(document.createElement("video"), { muted: true, autoplay: true, playsInline: true });
  const stop = () => {
    connection.close();
    video.remove();
    tile.isPlaying = false;
  };
  tile.stopVideo = stop;
  connection.addTransceiver("video", { direction: "recvonly" });
  connection.ontrack = (event) => {
    video.srcObject = event.streams[0] || new MediaStream([event.track]);
    video.onplaying = () => {
      tile.isPlaying = true; // the canvas above goes on with boxes and zones, without the feed's picture
      tile.canvas.before(video);
    };
  };
  connection.onconnectionstatechange = () => {
    if (["failed", "disconnected", "closed"].includes(connection.connectionState)) stop();
  };
  try {
    await connection.setLocalDescription(await connection.createOffer());
    const answer = await fetch(template.replaceAll("{camera_id}", encodeURIComponent(tile.camera.camera_id)), {
      method: "POST",
      headers: { "Content-Type": "application/sdp" },
      body: connection.localDescription.sdp,
      credentials: "omit", // our cookie is nothing for another server
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    await connection.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  } catch {
    stop();
  }
}
