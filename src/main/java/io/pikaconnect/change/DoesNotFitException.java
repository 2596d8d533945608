package io.pikaconnect.change;

/** A change that does not fit into any sequence of records. */
public final class DoesNotFitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    DoesNotFitException(String what, String remedy) {
        super(what);
        this.remedy = remedy;
    }

    /** What to do about it, as a sentence. */
    public String remedy() {
        return remedy;
    }
}
