/** An application that returns values of its libraries that each copy should have of its own. */
package crjvm.frameworks.identities;
