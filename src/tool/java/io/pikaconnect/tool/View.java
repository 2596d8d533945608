package io.pikaconnect.tool;

import java.time.Duration;

/** Where a person watches. */
public interface View extends AutoCloseable {

    /** Something that happens once. */
    void say(String text);

    /** Shows the present state; replaces what was shown before, if possible. */
    void show(Sample sample);

    @Override
    void close();

    /**
     * The live view of a terminal, or plain lines where there is none.
     *
     * @param scene what is shown
     * @param pause between plain lines
     */
    static View of(Scene scene, Duration pause) {
        if (System.console() == null) {
            return new LineView(System.out, pause);
        }
        return TerminalView.open(scene).<View>map(view -> view).orElseGet(() -> new LineView(System.out, pause));
    }
}
