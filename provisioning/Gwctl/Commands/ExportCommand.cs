using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Reporting;
using Gwctl.Asking;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Writes down what others at the site have to do for the gateway: those who run its firewalls, and those who run its virus scanner.</summary>
internal static class ExportCommand
{
    private static readonly Option<string?> InLanguage = Of(new Option<string?>("--language") { Description = "de or en; the site's by default." }, "de", "en");

    private static readonly Option<string?> Out = new("--out") { Description = "Write to this file in place of standard output.", HelpName = "FILE" };

    private static readonly Option<string> AntivirusForm = FormOf("markdown", "csv", "html", "powershell", "registry");

    private static readonly Option<string> FirewallForm = FormOf("markdown", "csv", "html", "nftables");

    private static readonly Option<string?> GatewayAddress = new("--gateway") { Description = "The gateway's IP address in the site's network.", HelpName = "ADDRESS" };

    private static readonly Option<bool> Resolve = new("--resolve") { Description = "Ask the name servers of this machine for the addresses; of a rehearsed machine the manifest's host map has them." };

    private static readonly Option<string[]> Certificate = new("--certificate") { Description = "A certificate of the network (PEM or DER), whose revocation lists and OCSP must be reachable; may be given several times.", HelpName = "FILE" };

    public static Command Create() => new("export", "Write down what others at the site have to do for the gateway.") { Antivirus(), Firewall() };

    private static Command Antivirus()
    {
        var command = Inputs.Command(
            "antivirus",
            """
            Write down what a virus scanner must leave alone, each entry with its reason, its risk and its clause: for the administrators of a scanner that the product cannot set. As a
            list, as a script for Microsoft Defender, or as the registry values of its group policy. Looks at no machine.

            Example:
              gwctl export antivirus appliance.json --form html --out exclusions.html
            """,
            Inputs.Manifest, Inputs.Overlay, AntivirusForm, InLanguage, Out, Inputs.Json);
        command.SetAction((parsed, cancel) =>
        {
            var output = Output.Of(parsed);
            if (Session.Load(parsed, output) is not var (appliance, _))
                return Task.FromResult((int)ExitCode.ManifestInvalid);
            var list = ExclusionList.Of(appliance);
            return WriteAsync(parsed, output, list, list.Entries.Count, parsed.GetValue(AntivirusForm)!, appliance.Site.Language, ExclusionForms.ToHandout(list), form => form switch
            {
                "powershell" => ("\uFEFF" + ExclusionForms.ToPowerShell(list), Encoding.UTF8), // without the mark PowerShell 5.1 takes it for the machine's code page
                _ => ("\uFEFF" + ExclusionForms.ToRegistryFile(list), Encoding.Unicode),
            }, cancel);
        });
        return command;
    }

    private static Command Firewall()
    {
        var command = Inputs.Command(
            "firewall",
            """
            Write down what the hospital's network must let through, each connection with its purpose and its clause: the change request to whoever runs its firewalls. As a list, or as
            rules of nftables. Asks no name server unless told to.

            Example:
              gwctl export firewall appliance.json --gateway 10.1.2.3 --resolve --form csv --out request.csv
            """,
            Inputs.Manifest, Inputs.Overlay, Inputs.Root, GatewayAddress, Resolve, Certificate, FirewallForm, InLanguage, Out, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            var output = Output.Of(parsed);
            if (Session.Load(parsed, output) is not var (appliance, _))
                return (int)ExitCode.ManifestInvalid;
            var gateway = parsed.GetValue(GatewayAddress);
            if (gateway is not null && !IPAddress.TryParse(gateway, out _))
                throw new RefusedException(Diagnostic.Error("GW0005", $"'{gateway}' is no IP address.", "Give --gateway an address such as 10.1.2.3."));
            var revocation = (parsed.GetValue(Certificate) ?? []).SelectMany(RevocationOf).Distinct().ToList();
            var resolves = parsed.GetValue(Resolve);
            var isRehearsed = parsed.GetValue(Inputs.Root) is not null;
            var request = FirewallRequest.Of(
                appliance, gateway, revocation, resolves ? TimeProvider.System.GetUtcNow() : null, host => !resolves ? [] : isRehearsed ? Mapped(appliance, host) : Looked(host));
            return await WriteAsync(
                parsed, output, request, request.Flows.Count, parsed.GetValue(FirewallForm)!, appliance.Site.Language, FirewallForms.ToHandout(request), _ => (FirewallForms.ToNftables(request), Encoding.UTF8), cancel);
        });
        return command;
    }

    private static async Task<int> WriteAsync<T>(
        ParseResult parsed, Output output, T whole, int entries, string form, Language language, Handout handout, Func<string, (string Text, Encoding Encoding)> other, CancellationToken cancel)
    {
        if (parsed.GetValue(Out) is null && output.IsJson)
        {
            Output.Json(whole);
            return (int)ExitCode.Holds;
        }

        var spoken = parsed.GetValue(InLanguage) switch { "de" => Language.De, "en" => Language.En, _ => language };
        var (text, encoding) = form switch
        {
            "markdown" => (handout.ToMarkdown(spoken), Encoding.UTF8),
            "csv" => (handout.ToCsv(spoken), Encoding.UTF8),
            "html" => (handout.ToHtml(spoken), Encoding.UTF8),
            _ => other(form),
        };
        if (parsed.GetValue(Out) is not { } file)
        {
            Output.Json(text); // as it stands
            return (int)ExitCode.Holds;
        }

        await File.WriteAllBytesAsync(file, encoding.GetBytes(text), cancel);
        if (output.IsJson)
            Output.Json(new { file, entries });
        else
            output.Line($"{file} written: {entries} entries");
        return (int)ExitCode.Holds;
    }

    private static IReadOnlyList<string> Mapped(Appliance appliance, HostName host) =>
        appliance.Rehearsal.Hosts.TryGetValue(host, out var mapped) ? [mapped.Address.Text] : [];

    private static IReadOnlyList<string> Looked(HostName host)
    {
        try
        {
            return [.. Dns.GetHostAddresses(host.Text).Select(address => address.ToString())];
        }
        catch (SocketException)
        {
            return []; // the name stands for itself
        }
    }

    // RFC 5280 section 4.2.1.13 (CRL distribution points) and section 4.2.2.1 (authority information access): whatever HTTP address stands in either.
    private static IEnumerable<Uri> RevocationOf(string file)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
            return [.. certificate.Extensions.Where(extension => extension.Oid?.Value is "2.5.29.31" or "1.3.6.1.5.5.7.1.1").SelectMany(extension => RevocationAddresses.Of(extension.RawData))];
        }
        catch (CryptographicException)
        {
            throw new RefusedException(Diagnostic.Error("GW0006", $"{file} is no certificate.", "Give --certificate a file with one certificate, PEM or DER."));
        }
    }

    private static Option<string> FormOf(params string[] forms) => Of(new Option<string>("--form") { Description = $"{string.Join(", ", forms[..^1])} or {forms[^1]}.", DefaultValueFactory = _ => forms[0] }, forms);

    private static Option<T> Of<T>(Option<T> option, params string[] values)
    {
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
