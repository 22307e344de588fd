using System.CommandLine;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Diagnosis;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>The partner directory of the running gateway.</summary>
internal static class PartnersCommand
{
    private static readonly Option<FileInfo> File = new("--file") { Description = "The directory: a JSON file, as gateway/dicom-mail.md tells.", HelpName = "FILE", Required = true };

    private static readonly Option<bool> AcceptChanges = new("--accept-changes") { Description = "Take it even where a known partner has other addresses or keys, or is gone: somebody has looked at each change." };

    public static Command Create()
    {
        var import = GatewayCommand.Verb("partners", "import", "Take a partner directory over. It is checked, and signed with this gateway's key; a partner whose key nobody has accepted is not written to.", async (api, output, parsed, cancel) =>
        {
            var answer = await api.SendAsync($"partners/import?acceptChanges={parsed.GetValue(AcceptChanges)}", await KeysCommand.ReadAsync(parsed.GetValue(File)!, cancel), cancel);
            return Tell(output, answer);
        });
        import.Add(File);
        import.Add(AcceptChanges);
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

    private static ExitCode Tell(Output output, JsonNode answer)
    {
        var refusal = answer["refusal"];
        if (output.IsJson)
        {
            Output.Json(answer);
            return refusal is null ? ExitCode.Holds : ExitCode.Failed;
        }

        foreach (var change in answer["changes"]!.AsArray())
            output.Line($"{change!["kind"],-8}  {change["partner"],-20}  {string.Join("  ", Differences(change))}");
        if (refusal is not null)
        {
            output.Complain([Diagnostic.Error((string)refusal["code"]!, $"Nothing is taken over: found {refusal["found"]}.", $"Allowed: {refusal["allowed"]}.")]);
            return ExitCode.Failed;
        }

        Show(output, answer["partners"]!.AsArray());
        return ExitCode.Holds;
    }

    private static IEnumerable<string> Differences(JsonNode change) =>
        from field in new[] { (Name: "addressesRemoved", Sign: '-'), (Name: "addressesAdded", Sign: '+'), (Name: "keysRemoved", Sign: '-'), (Name: "keysAdded", Sign: '+') }
        from value in change[field.Name]!.AsArray()
        select $"{field.Sign}{value}";

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
