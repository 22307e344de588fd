using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Checking;

/// <summary>
/// What the checks need to know of a site. The agent runs them every minute, and a whole manifest takes most of their time to be understood; of the one that the last apply kept, which was
/// valid then and names every field, these few are read alone.
/// </summary>
/// <param name="Service">The gateway's service.</param>
/// <param name="HealthPort">Its loopback port.</param>
/// <param name="DatabaseService">The database's service.</param>
/// <param name="Partners">The partners' ids.</param>
/// <param name="HasMail">Whether the site sends and fetches mail.</param>
/// <param name="MailServers">The mail servers' names.</param>
/// <param name="BackupFolder">Where backups lie, as Windows names it.</param>
/// <param name="BackupAt">When one is taken, on the machine's clock.</param>
/// <param name="Limits">When checks warn, and when they are critical.</param>
public sealed partial record WatchedSite(
    string Service, int HealthPort, string DatabaseService, IReadOnlyList<string> Partners, bool HasMail, IReadOnlyList<string> MailServers, WindowsPath BackupFolder, string BackupAt, Thresholds Limits)
{
    /// <summary>What a manifest says.</summary>
    /// <param name="appliance">The manifest.</param>
    public static WatchedSite Of(Appliance appliance)
    {
        ArgumentNullException.ThrowIfNull(appliance);
        return new(
            appliance.Gateway.ServiceName, appliance.Gateway.HealthPort, appliance.Database.ServiceName, [.. appliance.Gateway.Partners.Select(partner => partner.Id.Text)], appliance.Mail.Address is not null,
            [.. appliance.Mail.Servers.Select(server => server.Host.Text)], appliance.Backup.Folder, appliance.Backup.At.ToString(), appliance.Monitoring.Thresholds);
    }

    /// <summary>Reads a manifest that was kept (<see cref="CanonicalJson.Of"/>); null where it is of another version of the product, whose fields are not these.</summary>
    /// <param name="kept">Its bytes.</param>
    public static WatchedSite? Read(ReadOnlyMemory<byte> kept)
    {
        try
        {
            using var manifest = JsonDocument.Parse(kept);
            var (gateway, mail, backup) = (manifest.RootElement.GetProperty("gateway"), manifest.RootElement.GetProperty("mail"), manifest.RootElement.GetProperty("backup"));
            var limits = manifest.RootElement.GetProperty("monitoring").GetProperty("thresholds").Deserialize(LimitsFormat.Default.Thresholds);
            return limits is null || limits.All().Any(limit => limit.Limit is null) ? null : new(
                Text(gateway, "serviceName"), gateway.GetProperty("healthPort").GetInt32(), Text(manifest.RootElement.GetProperty("database"), "serviceName"), Each(gateway, "partners", "id"),
                mail.GetProperty("address").ValueKind != JsonValueKind.Null, Each(mail, "servers", "host"), WindowsPath.Of(Text(backup, "folder")), Text(backup, "at"), limits);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString() ?? throw new JsonException(name);

    private static List<string> Each(JsonElement of, string list, string name) => [.. of.GetProperty(list).EnumerateArray().Select(one => Text(one, name))];

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Thresholds))]
    private sealed partial class LimitsFormat : JsonSerializerContext;
}
