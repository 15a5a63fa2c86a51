/** Hooks that note the files, settings and connections that the application uses. */
package crjvm.agent.hook.resource;
