"""How forms are drawn."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Forms through our templates: a summary of what is wrong, then label, help, error, control of each field."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
