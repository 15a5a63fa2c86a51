package crjvm.examples.clinic.model;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/** A drug that can be prescribed. */
@Entity
public class Medication extends ClinicRecord {
  @NotBlank
  @Size(max = 80)
  private String name;

  @NotBlank
  @Size(max = 80)
  private String ingredient;

  @NotNull
  @Enumerated(EnumType.STRING)
  private MedicationForm form;

  @Min(1)
  @Max(5000)
  private int strengthMg;

  @Override
  public String getLabel() {
    return name + " " + strengthMg + " mg";
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public String getIngredient() {
    return ingredient;
  }

  public void setIngredient(String ingredient) {
    this.ingredient = ingredient;
  }

  public MedicationForm getForm() {
    return form;
  }

  public void setForm(MedicationForm form) {
    this.form = form;
  }

  public int getStrengthMg() {
    return strengthMg;
  }

  public void setStrengthMg(int strengthMg) {
    this.strengthMg = strengthMg;
  }
}
