package io.pikaconnect.binlog;

import java.util.Locale;

/**
 * The options after {@code SET key value}, in any letter case: {@code NX}, {@code XX} or {@code VX old}, and {@code EX
 * seconds} or {@code PX milliseconds}. Of several conditions or times Pika takes the last.
 *
 * @param condition {@code NX}, {@code XX}, {@code VX}, or empty
 * @param old index of the value that {@code VX} compares with
 * @param deadline in milliseconds, {@link LoggedDeadline#NONE} for none; the time in the item is relative to its execution
 */
record SetOptions(String condition, int old, long deadline) {

    static SetOptions of(LoggedCommand set) {
        SetOptions options = new SetOptions("", 0, LoggedDeadline.NONE);
        for (int i = 3; i < set.size(); i++) {
            String option = set.text(i).toUpperCase(Locale.ROOT);
            boolean takesOne = !option.equals("NX") && !option.equals("XX");
            if (takesOne && i + 1 == set.size()) {
                throw new IllegalArgumentException(shown(set, i) + " is unknown or lacks its argument");
            }
            options = switch (option) {
                case "NX", "XX" -> options.with(option, 0);
                case "VX" -> options.with(option, ++i);
                case "EX" -> options.with(LoggedDeadline.after(set, set.number(++i)));
                case "PX" -> options.with(LoggedDeadline.afterMillis(set, set.number(++i)));
                default -> throw new IllegalArgumentException(shown(set, i) + " is unknown");
            };
        }
        return options;
    }

    /** A word may be an option of a later Pika and is shown; anything else is data. */
    private static String shown(LoggedCommand set, int i) {
        return "option '" + (set.text(i).matches("[A-Za-z]{1,10}") ? set.text(i) : "…(" + set.arg(i).length + " bytes)")
                + "'";
    }

    private SetOptions with(String newCondition, int newOld) {
        return new SetOptions(newCondition, newOld, deadline);
    }

    private SetOptions with(long newDeadline) {
        return new SetOptions(condition, old, newDeadline);
    }
}
