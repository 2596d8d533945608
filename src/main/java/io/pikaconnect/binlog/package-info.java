/**
 * From an item of the binlog to the changes that it makes: plain Redis commands and named operations (binlog-commands
 * 3, 11).
 *
 * <p>Read first: {@link Translator}, the way through; {@link CommandTable}, for each dialect a row for each command
 * that it can log, with {@link Arity}, {@link Rewrite}, {@link Scope} and what is {@link Lossy} about it;
 * {@link StringRules}, {@link SortedSetRules}, {@link SeveralKeysRules} and the other rules, how one is rewritten.
 *
 * <p>What an item becomes depends on nothing but the item, the dialect and what is renamed. When it changes from one
 * release to the next, {@link Translator#REVISION} is raised.
 *
 * <p>Threads: the task's only.
 *
 * <p>Leaves the room: changes; a command that has no translation, or none that is right, ends as
 * {@link UntranslatableException}, by policy.
 *
 * <p>Imports change, metrics, pika.
 */
package io.pikaconnect.binlog;
