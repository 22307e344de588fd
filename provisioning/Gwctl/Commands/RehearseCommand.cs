using System.CommandLine;
using Gateway.Provisioning.Diagnosis;
using Gwctl.Printing;
using Gwctl.Rehearsing;

namespace Gwctl.Commands;

/// <summary>Rehearses the whole appliance inside one directory.</summary>
internal static class RehearseCommand
{
    private static readonly Option<string?> Image = new("--image") { Description = "A DICOM file to send in place of the synthetic CT.", HelpName = "FILE" };
    private static readonly Option<bool> Full = new("--full") { Description = "Send the mail through a private Postfix and Dovecot, and index it in a private MariaDB, where they are installed (Debian, as root)." };
    private static readonly Option<bool> Serve = new("--serve") { Description = "Keep the rehearsed appliance running until Ctrl-C, and print its endpoints." };

    public static Command Create()
    {
        var command = Inputs.Command(
            "rehearse",
            """
            Plan, build, prove and report the appliance inside one directory, with the gateway really running and receiving an image.

            Example:
              gwctl rehearse appliance.json --facts site.facts.json
            """,
            Inputs.Manifest, Inputs.Overlay, Inputs.Root, Inputs.Facts, Image, Full, Serve, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            var root = Path.GetFullPath(parsed.GetValue(Inputs.Root) ?? Path.Combine(Path.GetTempPath(), $"gateway-rehearsal-{Guid.NewGuid().ToString("N")[..8]}"));
            if (parsed.GetValue(Image) is { } image && ImageProof.WhyUnusable(image) is { } why)
                throw new RefusedException(Diagnostic.Error("GW6004", $"{image} is no image to send: {why}", "Name a DICOM file (part 10), or leave --image out: then a synthetic CT is sent."));
            await using var session = Session.OpenRehearsal(parsed, root);
            if (session is null)
                return (int)ExitCode.ManifestInvalid;
            await using var rehearsal = new RehearsalRun(session, root, parsed.GetValue(Image), parsed.GetValue(Full));
            var result = await rehearsal.RunAsync(cancel);
            if (session.Output.IsJson)
                Output.Json(result);
            if (parsed.GetValue(Serve) && result.Passed)
            {
                if (!session.Output.IsJson)
                    session.Output.Line($"serving {result.AeTitle} on 127.0.0.1:{result.DicomPort}, health {result.Health}; Ctrl-C ends it");
                await RehearsalRun.UntilStoppedAsync(cancel);
            }

            return result.ExitCode;
        });
        return command;
    }
}
