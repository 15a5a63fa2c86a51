/** An application that says on request what its libraries would not want others to say. */
package crjvm.frameworks.identities;
