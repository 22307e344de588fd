using System.CommandLine;
using System.Text;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Reporting;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Writes down what a virus scanner must leave alone, for the administrators of one that the product cannot set.</summary>
internal static class ExclusionsCommand
{
    private static readonly Option<string> Form = Of(new Option<string>("--form") { Description = "markdown, csv or html.", DefaultValueFactory = _ => "markdown" }, "markdown", "csv", "html");

    private static readonly Option<string?> InLanguage = Of(new Option<string?>("--language") { Description = "de or en; the site's by default." }, "de", "en");

    private static readonly Option<string?> Out = new("--out") { Description = "Write to this file in place of standard output.", HelpName = "FILE" };

    public static Command Create()
    {
        var command = Inputs.Command(
            "exclusions",
            """
            Write down what a virus scanner must leave alone, each entry with its reason and its clause: for the administrators of a scanner that the product cannot set. Looks at no machine.

            Example:
              gwctl exclusions appliance.json --form html --out exclusions.html
            """,
            Inputs.Manifest, Inputs.Overlay, Form, InLanguage, Out, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            var output = Output.Of(parsed);
            if (Session.Load(parsed, output) is not var (appliance, _))
                return (int)ExitCode.ManifestInvalid;
            var list = ExclusionList.Of(appliance);
            var language = parsed.GetValue(InLanguage) switch { "de" => Language.De, "en" => Language.En, _ => list.Language };
            if (parsed.GetValue(Out) is null && output.IsJson)
            {
                Output.Json(list);
                return (int)ExitCode.Holds;
            }

            var text = parsed.GetValue(Form) switch
            {
                "csv" => ExclusionForms.ToCsv(list, language),
                "html" => ExclusionForms.ToHtml(list, language),
                _ => ExclusionForms.ToMarkdown(list, language),
            };
            if (parsed.GetValue(Out) is not { } file)
            {
                Output.Json(text); // as it stands
                return (int)ExitCode.Holds;
            }

            await File.WriteAllBytesAsync(file, Encoding.UTF8.GetBytes(text), cancel);
            if (output.IsJson)
                Output.Json(new { file, entries = list.Entries.Count });
            else
                output.Line($"{file} written: {list.Entries.Count} exclusions");
            return (int)ExitCode.Holds;
        });
        return command;
    }

    private static Option<T> Of<T>(Option<T> option, params string[] values)
    {
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
