package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.ClinicRecord;
import crjvm.examples.clinic.store.RecordStore;
import jakarta.validation.Valid;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.propertyeditors.StringTrimmerEditor;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.data.web.PageableDefault;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.InitBinder;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The list, detail, create and edit pages of a section. A subclass only defines the section. */
abstract class RecordController<T extends ClinicRecord> {
  private final Section<T> section;
  private final RecordStore store;

  RecordController(Section<T> section, RecordStore store) {
    this.section = section;
    this.store = store;
  }

  @ModelAttribute("section")
  Section<T> section() {
    return section;
  }

  /** Returns the record that the URL names, or a new one. Forms are bound to it. */
  @ModelAttribute("record")
  T record(@PathVariable(required = false) Long id) {
    return id == null ? section.newRecord() : store.get(section.type(), id);
  }

  @InitBinder("record")
  void allowEditableFieldsOnly(WebDataBinder binder) {
    binder.setAllowedFields(
        section.editableFields().stream().map(Field::name).toArray(String[]::new));
    // An empty input means no value: constraints on optional fields accept null, but not "".
    binder.registerCustomEditor(String.class, new StringTrimmerEditor(true));
  }

  @GetMapping
  String list(
      @RequestParam(defaultValue = "") String q,
      @PageableDefault(size = 20) Pageable page,
      Model model) {
    Page<T> found = store.search(section.type(), q, section.searchedProperties(), sortable(page));
    model.addAttribute("q", q);
    model.addAttribute("page", found);
    model.addAttribute(
        "sort",
        found.getSort().map(order -> order.getProperty() + "," + order.getDirection()).toList());
    return "records/list";
  }

  @GetMapping("/{id}")
  String detail(@ModelAttribute(name = "record", binding = false) T record, Model model) {
    Map<Section.Related, List<? extends ClinicRecord>> related = new LinkedHashMap<>();
    for (Section.Related each : section.related()) {
      related.put(each, store.referringTo(record, each.type(), each.property()));
    }
    model.addAttribute("related", related);
    return "records/detail";
  }

  @GetMapping({"/new", "/{id}/edit"})
  String form(Model model) {
    model.addAttribute("choices", choices());
    return "records/form";
  }

  @PostMapping({"/new", "/{id}/edit"})
  String submit(
      @Valid @ModelAttribute("record") T record,
      BindingResult binding,
      Model model,
      RedirectAttributes redirect) {
    if (binding.hasErrors()) {
      return form(model);
    }
    T saved = store.save(section.type(), record);
    redirect.addFlashAttribute("message", saved.getLabel() + " was saved.");
    return "redirect:/" + section.path() + "/" + saved.getId();
  }

  /** Returns the choices of the form's selections, by field name. */
  private Map<String, List<?>> choices() {
    Map<String, List<?>> choices = new LinkedHashMap<>();
    for (Field field : section.editableFields()) {
      if (field.kind() == Field.Kind.REFERENCE) {
        choices.put(field.name(), store.all(field.type().asSubclass(ClinicRecord.class)));
      } else if (field.kind() == Field.Kind.CHOICE) {
        choices.put(field.name(), Arrays.asList(field.type().getEnumConstants()));
      }
    }
    return choices;
  }

  /** Removes orders by columns that are not sortable, which the database would refuse. */
  private Pageable sortable(Pageable page) {
    List<Sort.Order> orders =
        page.getSort().stream().filter(order -> isSortable(order.getProperty())).toList();
    // The id is the last order. Without it, records that are equal in the order could be on two
    // pages.
    return PageRequest.of(
        page.getPageNumber(), page.getPageSize(), Sort.by(orders).and(Sort.by("id")));
  }

  private boolean isSortable(String property) {
    return section.columns().stream()
        .anyMatch(field -> field.sortable() && field.name().equals(property));
  }
}
