package io.pikaconnect.change;

/**
 * Names of the operations that are not plain Redis commands: they depend on the value that Redis holds at that moment,
 * or concern the whole db. They travel as commands with these names; the sink's scripts know them.
 *
 * <p>Where an operation sets a deadline it carries the source's own, in Unix milliseconds, 0 for none; a plain deadline
 * is always a separate command {@code PEXPIREAT key ms}.
 */
public final class Operation {

    /** {@code pika.begin}: value of an epoch's barrier. From here on the target db starts empty. */
    public static final String BEGIN = "pika.begin";

    /** {@code pika.set key value NX|XX deadline} or {@code pika.set key value VX deadline old}: T-SETOPT, T-VX. */
    public static final String SET = "pika.set";

    /** {@code pika.delvx key old}: deletes the string if it equals {@code old} (T-VX). */
    public static final String DELVX = "pika.delvx";

    /**
     * {@code pika.setrange key offset value [PERSIST]}: SETRANGE whose value is empty or holds a NUL byte (T-SETRANGE),
     * or, with PERSIST, any from a master up to 3.5.1, which removes the deadline.
     */
    public static final String SETRANGE = "pika.setrange";

    /** {@code pika.setbit0 key offset}: SETBIT 0, which in Pika never makes a string longer (T-SETBIT). */
    public static final String SETBIT0 = "pika.setbit0";

    /** {@code pika.setbit key offset bit}: SETBIT up to 3.5.1, where a bit that changes also removes the deadline. */
    public static final String SETBIT = "pika.setbit";

    /**
     * {@code pika.spop key second} takes one of the first 50 members in byte order, {@code pika.spop key second count}
     * that many of all; which ones follows from the master's random generator, seeded with that second of its clock
     * (T-SPOP).
     */
    public static final String SPOP = "pika.spop";

    /**
     * {@code pika.srem key member times …}: SREM that names members several times. The master decrements its member
     * count once per repetition; at 0 it treats the set as deleted, whatever members remain.
     */
    public static final String SREM = "pika.srem";

    /**
     * {@code pika.scount key count}: the master's member count; follows a set in the snapshot whose size differs from
     * it, or may (see {@link #SREM}).
     */
    public static final String SETCARD = "pika.scount";

    /**
     * {@code pika.bitop operation destination key…}: BITOP that leaves an empty string where Redis would leave no key
     * (T-BITOP).
     */
    public static final String BITOP = "pika.bitop";

    /**
     * {@code pika.endstream key}: deletes a stream that has no entries left; in Pika its entry numbers then start
     * again, and the key no longer exists.
     */
    public static final String ENDSTREAM = "pika.endstream";

    /** {@code pika.zremrangebylex key min max}: by the members' bytes, whatever the scores (T-LEX). */
    public static final String ZREMRANGEBYLEX = "pika.zremrangebylex";

    /**
     * {@code pika.stage slot offset bytes}: a piece of an argument too large for one record; offset 0 starts it again.
     */
    public static final String STAGE_PIECE = "pika.stage";

    /**
     * {@code pika.staged slot[,slot…] command arg…}: the command whose arguments at these slots (1 is the first after
     * its name) were staged and are empty here.
     */
    public static final String RUN_STAGED = "pika.staged";

    /** {@code pika.flushtype type}, on a barrier: deletes the keys of one type (T-FLUSH, up to 3.5.3). */
    public static final String FLUSHTYPE = "pika.flushtype";

    /**
     * {@code pika.patterndel pattern type|* limit}, on a barrier: deletes matching keys of a type, the first
     * {@code limit} in byte order of their names, 0 for all (T-PATDEL).
     */
    public static final String PATTERNDEL = "pika.patterndel";

    private Operation() {}
}
