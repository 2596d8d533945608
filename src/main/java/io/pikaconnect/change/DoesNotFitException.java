package io.pikaconnect.change;

/** A change that does not fit into any sequence of records. */
public final class DoesNotFitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remedy;
    private final long missing;

    DoesNotFitException(String what, String remedy) {
        this(what, remedy, 0);
    }

    DoesNotFitException(String what, String remedy, long missing) {
        super(what);
        this.remedy = remedy;
        this.missing = missing;
    }

    /** What to do about it, as a sentence. */
    public String remedy() {
        return remedy;
    }

    /** By how many bytes its records would have to be larger; 0 if that is not known. */
    public long missing() {
        return missing;
    }
}
