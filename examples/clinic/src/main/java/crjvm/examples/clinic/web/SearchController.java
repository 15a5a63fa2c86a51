package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.ClinicRecord;
import crjvm.examples.clinic.store.RecordStore;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageRequest;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The search page, which searches all sections at once. */
@Controller
class SearchController {
  private static final PageRequest FIRST_HITS = PageRequest.of(0, 5);

  private final Sections sections;
  private final RecordStore store;

  SearchController(Sections sections, RecordStore store) {
    this.sections = sections;
    this.store = store;
  }

  @GetMapping("/search")
  String search(@RequestParam(defaultValue = "") String q, Model model) {
    Map<Section<?>, Page<? extends ClinicRecord>> hits = new LinkedHashMap<>();
    if (!q.isBlank()) {
      for (Section<?> section : sections.all()) {
        Page<? extends ClinicRecord> page =
            store.search(section.type(), q, section.searchedProperties(), FIRST_HITS);
        if (page.hasContent()) {
          hits.put(section, page);
        }
      }
    }
    model.addAttribute("q", q);
    model.addAttribute("hits", hits);
    return "search";
  }
}
