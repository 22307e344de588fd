using System.CommandLine;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gwctl.Asking;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>The certificate by which the network's mail servers know this site.</summary>
internal static class CertCommand
{
    private static readonly Option<string> Subject = new("--subject") { Description = "The subject that is asked for, such as \"CN=gateway@hospital.example,O=Hospital,C=DE\"; the manifest's unless it is named.", HelpName = "NAME" };
    private static readonly Option<string[]> Hosts = new("--dns") { Description = "A DNS name that is asked for beside the subject; may be given several times.", HelpName = "HOST" };
    private static readonly Option<string> Algorithm = new("--algorithm") { Description = "rsa3072, rsa4096, p256 or p384.", HelpName = "NAME", DefaultValueFactory = _ => "rsa3072" };
    private static readonly Option<string> OtherAlgorithm = new("--algorithm") { Description = "rsa3072, rsa4096, p256 or p384; as the certificate in use unless it is named.", HelpName = "NAME" };
    private static readonly Option<FileInfo> Output = new("--output") { Description = "The file that the request is written to (PKCS #10, PEM); it must not be there.", HelpName = "FILE", Required = true };
    private static readonly Option<FileInfo> File = new("--file") { Description = "The file with the certificate, PEM or DER.", HelpName = "FILE", Required = true };
    private static readonly Option<FileInfo[]> Chain = new("--chain") { Description = "A file with the authority's certificates; may be given several times.", HelpName = "FILE" };

    public static Command Create() => new("cert", "The certificate by which the network's mail servers know this site: ask for it, install it, renew it, look at it.")
    {
        Verb("request", "Make a key on this machine, which it never leaves, and a request for the network's authority.", " --output site.csr", session => Requesting(session, parsed =>
            [.. Named("--subject", parsed.GetValue(Subject)), .. (parsed.GetValue(Hosts) ?? []).SelectMany(host => Named("--dns", host)), .. Named("--algorithm", parsed.GetValue(Algorithm))]), ShowRequest, Subject, Hosts, Algorithm, Output),
        Verb("install", "Install the certificate that the network's authority sent. The one in use stays until it ends.", " --file site.crt", _ => parsed =>
            [.. Named("--file", parsed.GetValue(File)!.FullName), .. (parsed.GetValue(Chain) ?? []).SelectMany(file => Named("--chain", file.FullName))], ShowInstalled, File, Chain),
        Verb("renew", "Make a new key and a request for what the certificate in use has. That one goes on being used.", " --output new.csr", session => Requesting(session, parsed =>
            Named("--algorithm", parsed.GetValue(OtherAlgorithm))), ShowRequest, OtherAlgorithm, Output),
        Verb("show", "Show certificates and open requests: which is used, which follows it, how long they last.", "", _ => _ => [], Show),
    };

    private static Func<ParseResult, string[]> Requesting(Session session, Func<ParseResult, string[]> asked) => parsed =>
        [.. asked(parsed), .. Named("--output", parsed.GetValue(Output)!.FullName), .. Named("--reader", AccessRights.ServiceSid(session.Appliance.Gateway.ServiceName))];

    private static string[] Named(string option, string? value) => value is null ? [] : [option, value];

    private static Command Verb(
        string name, string description, string example, Func<Session, Func<ParseResult, string[]>> arguments, Action<Output, JsonObject> show, params Option[] options)
    {
        var command = Inputs.Command(name, $"{description}\n\nExample:\n  gwctl cert {name} appliance.json{example}", [Inputs.Manifest, Inputs.Overlay, Inputs.Root, Inputs.Json, .. options]);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = Session.Open(parsed);
            if (session is null)
                return (int)ExitCode.ManifestInvalid;
            var (answer, isRefused) = await GatewayProgram.AskAsync(session.Appliance, parsed.GetValue(Inputs.Root), ["cert", name, .. arguments(session)(parsed)], cancel);
            if (isRefused)
                session.Output.Refuse([.. answer["problems"]!.AsArray().Select(one => Diagnostic.Error((string)one!["code"]!, (string)one["message"]!, (string)one["mend"]!))]);
            else if (session.Output.IsJson)
                Printing.Output.Json(answer);
            else
                show(session.Output, answer);
            return (int)(isRefused ? ExitCode.Failed : ExitCode.Holds);
        });
        return command;
    }

    private static void ShowRequest(Output output, JsonObject answer)
    {
        output.Line($"the request for {answer["request"]!["subject"]} is in {answer["file"]}; its key stays here: {answer["request"]!["key"]}");
        output.Line("send it to the network's authority, and install what it sends back: gwctl cert install --file FILE");
    }

    private static void ShowInstalled(Output output, JsonObject answer)
    {
        output.Line((bool)answer["installed"]! ? "installed; a gateway that runs finds it within a minute" : "it was installed before; nothing is changed");
        ShowCertificate(output, answer["certificate"]!);
    }

    private static void Show(Output output, JsonObject answer)
    {
        foreach (var certificate in answer["certificates"]!.AsArray())
            ShowCertificate(output, certificate!);
        foreach (var request in answer["requests"]!.AsArray())
            output.Line($"requested on {GatewayCommand.Time(request!["at"])}: {request["subject"]}; the request is {request["file"]}, its key {request["key"]}");
        output.Line(answer["validUntil"] is { } until
            ? $"the network knows this site until {GatewayCommand.Time(until)}"
            : "no certificate counts now: the network does not know this site");
    }

    private static void ShowCertificate(Output output, JsonNode one)
    {
        output.Line($"{StandingOf(one),-22}  {one["subject"]}");
        output.Line($"    from {GatewayCommand.Time(one["from"])} until {GatewayCommand.Time(one["until"])}, {one["daysLeft"]} days left");
        output.Line($"    issued by {one["issuer"]}{IssuerOf(one)}; revocation: {RevocationOf(one)}");
        output.Line($"    serial number {one["serial"]}, SHA-256 {one["sha256"]}");
        if (one["problem"] is { } problem)
            output.Line($"    {problem}");
    }

    private static string StandingOf(JsonNode one) => (string)one["standing"]! switch
    {
        "inUse" => "in use",
        "next" => $"from {one["from"]!.GetValue<DateTimeOffset>():yyyy-MM-dd}",
        "spare" => "valid, a newer is used",
        var other => other,
    };

    private static string IssuerOf(JsonNode one) => (bool?)one["isFromPinnedAuthority"] switch
    {
        true => ", the pinned authority's",
        false => ", NOT the pinned authority's",
        null => ", of which it cannot be told whether it is the pinned authority's",
    };

    private static string RevocationOf(JsonNode one) => (string)one["revocation"]! switch
    {
        "good" => "not revoked",
        "revoked" => "REVOKED",
        "unknown" => "the authority's list cannot be had",
        _ => "nobody was asked",
    };
}
