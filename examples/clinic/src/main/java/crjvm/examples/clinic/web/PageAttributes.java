package crjvm.examples.clinic.web;

import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/**
 * Adds the attributes that the layout of every page needs: the sections, for the navigation and for
 * links.
 */
@ControllerAdvice
class PageAttributes {
  private final Sections sections;

  PageAttributes(Sections sections) {
    this.sections = sections;
  }

  @ModelAttribute("sections")
  Sections sections() {
    return sections;
  }
}
