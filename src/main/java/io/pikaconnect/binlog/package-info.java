/**
 * From an item of the binlog to the changes that it makes: plain Redis commands and named operations (binlog-commands
 * 3, 11).
 *
 * <p>Read first: {@link Translator}, the entry point; {@link CommandTable}, which has for each dialect a row for each
 * command that it may log, with {@link Arity}, {@link Rewrite}, {@link Scope} and what is {@link Lossy} about it;
 * {@link StringRules}, {@link SortedSetRules}, {@link SeveralKeysRules} and the other rules, which rewrite a command.
 *
 * <p>The changes of an item depend on nothing but the item, the dialect and the renamed commands. When it changes from
 * one release to the next, {@link Translator#REVISION} is raised.
 *
 * <p>Threads: only the task's.
 *
 * <p>Leaves the package: changes; for a command that has no translation, or no exact one, by policy an
 * {@link UntranslatableException}.
 *
 * <p>Imports change, metrics, pika.
 */
package io.pikaconnect.binlog;
