/** The search for values that look like secrets and would be in an image. */
package crjvm.agent.secret;
