using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines;

/// <summary>Which accounts of services have a password: the service control manager keeps it, and gives it to nobody.</summary>
internal static class ServiceLogons
{
    /// <summary>
    /// What stands in place of a password: nothing for a virtual or a managed account, an empty text for an account of the machine's own that has none
    /// ("ChangeServiceConfigW function", "CreateServiceW function", lpPassword, Microsoft Learn).
    /// </summary>
    /// <param name="account">The account.</param>
    public static string? PasswordOf(string account) => IsTheMachines(account) ? "" : null;

    /// <summary>Refuses to move a service away from an account with a password: nobody could move it back.</summary>
    /// <param name="now">The account that it runs as; empty where it is not known, or where there is no such service.</param>
    /// <param name="wanted">The service as it is to be.</param>
    /// <exception cref="RefusedException">The password would be lost (GW2206).</exception>
    public static void RefuseToLosePassword(string now, ServiceState wanted)
    {
        if (HasPassword(now) && !now.Equals(wanted.Account, StringComparison.OrdinalIgnoreCase))
            throw new RefusedException(Diagnostic.Error("GW2206", $"The service {wanted.Name} runs as {now}: the product does not know that account's password, and could not put the service back.", $"Let it run as {wanted.Account} by hand, or remove it; then apply again."));
    }

    // "Service User Accounts", "Group Managed Service Accounts Overview", Microsoft Learn: a managed account's name ends in a dollar sign.
    private static bool HasPassword(string account) =>
        account.Length > 0 && !IsTheMachines(account) && !account.StartsWith(@"NT SERVICE\", StringComparison.OrdinalIgnoreCase) && !account.EndsWith('$');

    private static bool IsTheMachines(string account) =>
        account.Equals("LocalSystem", StringComparison.OrdinalIgnoreCase) || account.StartsWith(@"NT AUTHORITY\", StringComparison.OrdinalIgnoreCase);
}
