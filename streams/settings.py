"""What an operator may set about cameras. Cameras themselves are data in the database, not settings."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class DecoderHardware(StrEnum):
    """What decodes H.264 and H.265."""

    NONE = "none"  # the processor
    AUTO = "auto"  # the first device that can be opened, else the processor
    CUDA = "cuda"
    VAAPI = "vaapi"
    QSV = "qsv"


class SightSettings(BaseModel):
    """When pictures that come are still no pictures of the place. See docs/explanation/camera-health.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_on: bool = Field(default=True, description="Watch whether the pictures of live cameras can be relied on.")
    interval_seconds: float = Field(default=1.0, gt=0, description="One picture is looked at in this time.")
    learning_seconds: float = Field(
        default=120.0,
        gt=0,
        description="Time with sound pictures in which a camera's usual view is learnt; it is kept until its restart.",
    )
    frozen_seconds: float = Field(
        default=60.0, gt=0, description="Pictures that do not change in the least for this time are frozen."
    )
    blank_seconds: float = Field(
        default=10.0, ge=0, description="A dark or covered picture is told after it lasted for this time."
    )
    view_seconds: float = Field(
        default=30.0,
        ge=0,
        description="A picture out of focus or of another view is told after it lasted for this time.",
    )
    clear_seconds: float = Field(
        default=10.0, ge=0, description="Pictures must be sound for this time before a fault is taken back."
    )


class LoadSettings(BaseModel):
    """What is done while there is more to look at than can be looked at. See docs/decisions/0015."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_on: bool = Field(
        default=True,
        description="Look at cameras less often, calm ones first, while pictures are lost for lack of time.",
    )
    interval_seconds: float = Field(default=2.0, gt=0, description="Time over which the load is measured.")
    lost_share: float = Field(
        default=0.05, gt=0, lt=1, description="Share of due pictures lost in that time from which it is overload."
    )
    wait_seconds: float = Field(
        default=1.0, gt=0, description="A picture that waited longer than this before it was looked at is overload too."
    )
    recovery_seconds: float = Field(
        default=10.0, gt=0, description="Time without overload before cameras are looked at more often again."
    )
    calm_least_fps: float = Field(
        default=0.5, gt=0, le=30, description="Looks per second that a camera always keeps where nothing is followed."
    )
    followed_least_fps: float = Field(
        default=2.0, gt=0, le=30, description="The same where something is followed; less would lose it."
    )
    calm_wait_seconds: float = Field(
        default=1.0,
        ge=0,
        description="Cameras with something followed are served first, unless another one waited for this time.",
    )


class IdleSettings(BaseModel):
    """Decoding only the keyframes of cameras in which nothing happens (H.264 and H.265)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_on: bool = Field(
        default=True,
        description=(
            "Decode only the keyframes of a live camera while nothing changes in it and nothing is followed. It wakes "
            "when something does, and when what it sends grows: see docs/limits.md."
        ),
    )
    look_seconds: float = Field(
        default=2.5,
        gt=0,
        le=60,
        description=(
            "Cameras whose keyframes are further apart than this are decoded whole: keyframes are all that is looked "
            "at while a camera is idle."
        ),
    )
    wake_seconds: float = Field(
        default=3.0,
        gt=0,
        description="A camera woken by an unusually large encoded picture is decoded whole for this time at least.",
    )


class StreamSettings(BaseModel):
    """Limits and waits that hold for every camera of this process."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    open_timeout_seconds: float = Field(
        default=10.0, gt=0, description="A camera that has not answered within this time counts as not reachable."
    )
    read_timeout_seconds: float = Field(
        default=10.0, gt=0, description="A connected camera that sends nothing for this time is reconnected."
    )
    watchdog_seconds: float = Field(
        default=20.0,
        gt=0,
        description="A camera whose data yield no picture for this time is reconnected, even if data arrive.",
    )
    stop_grace_seconds: float = Field(
        default=2.0, ge=0, description="Time for all cameras to end when the service stops; then they are left behind."
    )
    reconnect_first_seconds: float = Field(default=1.0, gt=0, description="Wait before the first try to reconnect.")
    reconnect_longest_seconds: float = Field(
        default=60.0,
        gt=0,
        description="The wait doubles with every failure up to this; a refused password is tried again this rarely.",
    )
    reconnect_jitter_share: float = Field(
        default=0.25, ge=0, le=1, description="Each wait is stretched by chance by up to this share of it."
    )
    reconnect_reset_seconds: float = Field(
        default=180.0, gt=0, description="After so long with pictures the next wait begins small again."
    )
    fresh_seconds: float = Field(
        default=3.0, gt=0, description="A camera is online while its newest picture is at most this old."
    )
    degraded_share: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="A camera is degraded while it gives less than this share of the pictures it should.",
    )
    rate_window_seconds: float = Field(
        default=10.0, gt=0, description="The time over which a camera's pictures per second are measured."
    )
    frame_longest_age_seconds: float = Field(
        default=5.0, gt=0, description="A picture that waited longer than this to be analysed is dropped as stale."
    )
    corrupt_hold_seconds: float = Field(
        default=10.0,
        ge=0,
        description=(
            "After a damaged picture none is used until the next keyframe, at most for this time: "
            "what builds on a damaged picture is damaged too."
        ),
    )
    ring_seconds: float = Field(
        default=30.0, gt=0, description="Seconds of packets kept per camera, so that a clip can begin before an alert."
    )
    ring_bytes: int = Field(
        default=8 * 1024 * 1024, gt=0, description="The most bytes of packets kept per camera, whatever their seconds."
    )
    # Measured on clips re-encoded as H.264 720p15, milliseconds of processor time per picture, one thread, with
    # the filter -> without, and how the luma differs (PSNR median / worst picture, mean of 255 of the worst):
    #   2 Mbit/s, clean picture             1.9 -> 1.8    56 to 71 / 52 dB    0.3
    #   2 Mbit/s, with a sensor's noise     2.5 -> 2.1    39 to 42 / 35 dB    2.8
    #   constant quality 30 (0.1 Mbit/s)    0.6 -> 0.4    45 to 51 / 36 dB    2.1
    # It saves 5 to 33 %, shows blocks in evidence, and what it costs in recall is not measured: off.
    decoder_skips_loop_filter: bool = Field(
        default=False,
        description=(
            "Decode H.264 and H.265 without their deblocking filter: 5 to 33 % cheaper, but pictures and evidence "
            "show blocks, and differ more and more until the next keyframe."
        ),
    )
    load: LoadSettings = Field(
        default_factory=LoadSettings, description="What is done while there is more to look at than can be looked at."
    )
    decoder_hardware: DecoderHardware = Field(
        default=DecoderHardware.NONE,
        description=(
            "Device that decodes H.264 and H.265: none (the processor), auto, cuda, vaapi or qsv. Where it cannot be "
            "opened, the processor decodes and one warning says why."
        ),
    )
    idle: IdleSettings = Field(default_factory=IdleSettings, description="Sparing the decoder while nothing happens.")
    sight: SightSettings = Field(
        default_factory=SightSettings, description="Whether the pictures that come show the place."
    )
    maximum_redirects: int = Field(default=4, ge=0, description="HTTP redirects followed before a camera is refused.")
    verifies_certificates: bool = Field(
        default=True,
        description="Refuse https and rtsps cameras whose certificate no authority known to this machine has signed.",
    )
    maximum_picture_pixels: int = Field(
        default=40_000_000,
        ge=10_000,
        description=(
            "Pictures of more pixels (width times height) are refused as damaged: a small file can hold a picture that "
            "takes a gigabyte. 8K has 33 million."
        ),
    )
    probe_bytes: int = Field(
        default=1024 * 1024, ge=32768, description="The most bytes read to find out what a camera sends."
    )
    probe_seconds: float = Field(default=3.0, gt=0, description="The longest time of video read to find that out.")
