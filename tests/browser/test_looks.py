"""The view follows theme, motion and screen."""

import pytest

pytestmark = pytest.mark.browser
GROUND = {"light": [255, 255, 255], "dark": [0x15, 0x17, 0x1B]}
CORNER = "[...ganCanvas().getContext('2d').getImageData(3, 3, 1, 1).data].slice(0, 3)"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_ground_follows_the_theme(enter, theme):
    student = enter(color_scheme=theme).alive()
    student.mark_canvas()
    student.view.locator('[data-layer="field"]').click()  # D's field tints the ground
    same = f"String({CORNER}) === String(arg)"
    student.until(same, GROUND[theme])
    other = "dark" if theme == "light" else "light"
    student.page.emulate_media(color_scheme=other)  # the sun goes down during class
    student.until(same, GROUND[other])
    student.goes_on()
    assert student.same_canvas
    assert len(student.live_sockets) == 1


def test_less_motion_still_moves_on(enter):
    student = enter(reduced_motion="reduce").alive()
    before = student.state
    student.until("s.frames > arg + 10", before.frames)
    start = student.pause()
    student.press("step")
    student.until("s.step === arg + 1", start.step)
    # The points have jumped to where they are: no picture after the frame's own.
    assert student.page.evaluate(
        """async () => { const first = ganCanvas().toDataURL();
        for (let i = 0; i < 20; i += 1) await new Promise(requestAnimationFrame);
        return first === ganCanvas().toDataURL(); }"""
    )


def test_a_dense_screen_gets_a_dense_picture(enter):
    student = enter(device_scale_factor=2).alive()
    student.until("Math.abs(ganCanvas().width - 2 * ganCanvas().clientWidth) <= 2")
