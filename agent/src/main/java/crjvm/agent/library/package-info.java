/**
 * The application's libraries, as far as they are known by name: nothing is compiled against them.
 */
package crjvm.agent.library;
