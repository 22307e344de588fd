using System.CommandLine;
using System.Text.Json.Nodes;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>The partner directory of the running gateway.</summary>
internal static class PartnersCommand
{
    private static readonly Option<FileInfo> File = new("--file") { Description = "The directory: a JSON file, as gateway/dicom-mail.md tells.", HelpName = "FILE", Required = true };

    public static Command Create()
    {
        var import = GatewayCommand.Verb("partners", "import", "Take a partner directory over. It is checked, and signed with this gateway's key; a partner whose key nobody has accepted is not written to.", async (api, output, parsed, cancel) =>
        {
            Show(output, (JsonArray)await api.SendAsync("partners/import", await KeysCommand.ReadAsync(parsed.GetValue(File)!, cancel), cancel));
            return ExitCode.Holds;
        });
        import.Add(File);
        return new Command("partners", "The partner directory of the running gateway.")
        {
            GatewayCommand.Verb("partners", "list", "Show the partners, and whether each can be written to.", async (api, output, _, cancel) =>
            {
                Show(output, await api.GetAsync("partners", cancel));
                return ExitCode.Holds;
            }),
            import,
        };
    }

    private static void Show(Output output, JsonArray partners)
    {
        if (output.IsJson)
        {
            Output.Json(partners);
            return;
        }

        if (partners.Count == 0)
            output.Line("no partners");
        foreach (var one in partners)
            output.Line($"{one!["id"],-20}  {string.Join(", ", one["addresses"]!.AsArray()),-40}  receipts {one["receipts"]}, {one["receiptMeans"]}  {((bool)one["canBeWrittenTo"]! ? "" : "no accepted key: gwctl keys accept")}");
    }
}
