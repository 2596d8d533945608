package io.pikaconnect.binlog;

/**
 * What to do with items that cannot be reproduced, or only by rule.
 *
 * @param failOnUnknownCommand stop at a command that has no translation; otherwise skip and count it
 * @param failOnSpop stop at an SPOP whose members are not in the binlog
 * @param failOnHyperLogLog stop at a command on a HyperLogLog, whose format Redis cannot read
 * @param failOnRepeatedMember stop at a member that one command names twice with different scores, where it is not known
 *     whether the master takes the first or the last
 */
public record TranslationPolicy(
        boolean failOnUnknownCommand, boolean failOnSpop, boolean failOnHyperLogLog, boolean failOnRepeatedMember) {

    /** Reads repeated members as releases up to 4.0.2 do. */
    public TranslationPolicy(boolean failOnUnknownCommand, boolean failOnSpop, boolean failOnHyperLogLog) {
        this(failOnUnknownCommand, failOnSpop, failOnHyperLogLog, false);
    }

    boolean stopsAt(Lossy doubt) {
        return switch (doubt) {
            case SPOP -> failOnSpop;
            case HYPERLOGLOG -> failOnHyperLogLog;
            case REPEATED_MEMBER -> failOnRepeatedMember;
        };
    }
}
