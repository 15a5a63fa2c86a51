/** What looks like a secret and would be in an image. */
package crjvm.agent.secret;
