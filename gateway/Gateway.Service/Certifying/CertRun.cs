using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Service.Configuration;
using Gateway.Service.Startup;

namespace Gateway.Service.Certifying;

/// <summary>The verb <c>cert</c>: an object of JSON on standard output, what was done or why it was not.</summary>
internal static class CertRun
{
    private const string FromInput = "-";

    /// <summary>Does it.</summary>
    public static int Execute(CommandLine.Cert cert, TimeProvider time)
    {
        try
        {
            return Say(Do(cert, time), ExitCodes.Success);
        }
        catch (CertRefusal refusal)
        {
            return Say(new { problems = refusal.Problems }, ExitCodes.Refused);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return Say(new { problems = new[] { new CertProblem("GW7139", $"Certificates of this machine cannot be looked at: {failure.Message.TrimEnd('.')}.", "Run this as administrator, elevated, and look at the files that are named.") } }, ExitCodes.Refused);
        }
    }

    private static object Do(CommandLine.Cert cert, TimeProvider time)
    {
        var drives = new DriveMap(cert.Drives is null ? null : Path.GetFullPath(cert.Drives));
        var (settings, problems) = cert.ConfigurationFile == FromInput
            ? ConfigurationFile.ReadText(FromInput, Input(), drives)
            : ConfigurationFile.Read(drives.Resolve(cert.ConfigurationFile), drives);
        if (settings is null)
            throw new CertRefusal([.. problems.Select(problem => new CertProblem(problem.Code, $"{problem.Place}: found {problem.Found}; allowed: {problem.Allowed}.", problem.Mend))]);
        var desk = new CertDesk(settings, cert.Rehearsal, time);
        return cert.What switch
        {
            CertCommand.Request request => desk.Request(request),
            CertCommand.Renew renew => desk.Renew(renew),
            CertCommand.Install install => desk.Install(install),
            _ => desk.Show(),
        };
    }

    private static string Input()
    {
        using var reader = new StreamReader(Console.OpenStandardInput()); // UTF-8, whatever the console is
        return reader.ReadToEnd();
    }

    private static int Say(object answer, int exitCode)
    {
        Console.Out.WriteLine(JsonSerializer.Serialize(answer, JsonSerializerOptions.Web)); // ASCII: everything else is escaped
        return exitCode;
    }
}
