package io.pikaconnect.binlog;

/**
 * What to do with items that cannot be reproduced, or only by rule.
 *
 * @param failOnUnknownCommand stop at a command that has no translation; otherwise it is left out and counted
 * @param failOnSpop stop at an SPOP whose members are not in the binlog
 * @param failOnHyperLogLog stop at a command on a HyperLogLog, whose format Redis does not know
 */
public record TranslationPolicy(boolean failOnUnknownCommand, boolean failOnSpop, boolean failOnHyperLogLog) {

    boolean stopsAt(Doubt doubt) {
        return switch (doubt) {
            case SPOP -> failOnSpop;
            case HYPERLOGLOG -> failOnHyperLogLog;
        };
    }
}
