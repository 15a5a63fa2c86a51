package crjvm.examples.clinic.model;

import jakarta.persistence.Entity;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/** A health insurance company. */
@Entity
public class Insurer extends ClinicRecord {
  @NotBlank
  @Size(max = 80)
  private String name;

  @NotNull
  @Pattern(regexp = "[A-Z]{3}", message = "must be three capital letters")
  private String code;

  @NotBlank @Email private String email;

  @Override
  public String getLabel() {
    return name;
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public String getCode() {
    return code;
  }

  public void setCode(String code) {
    this.code = code;
  }

  public String getEmail() {
    return email;
  }

  public void setEmail(String email) {
    this.email = email;
  }
}
