using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// The virus scanners that are registered in Windows' Security Center, which clients have and servers do not (namespace root/SecurityCenter2). No document of Microsoft's
/// explains productState; that its fourth hexadecimal digit from the right is 1 while a scanner is on is what published decodings agree on.
/// </summary>
/// <param name="management">Asks WMI.</param>
internal sealed class SecurityCenter(WindowsManagement management)
{
    private const string Defender = "{D68DDC3A-831F-4FAE-9E44-DA132C1ACF46}";
    private const int StateMask = 0xF000;
    private const int On = 0x1000;

    /// <summary>The scanners beside Defender; null where there is no Security Center: on a client Defender itself is registered, so that an empty answer is none.</summary>
    /// <param name="cancel">Cancels.</param>
    public async Task<IReadOnlyList<AntivirusProduct>?> ReadAsync(CancellationToken cancel)
    {
        var registered = await management.AllOfFeatureAsync("root/SecurityCenter2", "AntiVirusProduct", cancel);
        return registered.Count == 0 ? null :
        [
            .. registered.Where(product => !product.Text("instanceGuid").Equals(Defender, StringComparison.OrdinalIgnoreCase))
                .Select(product => new AntivirusProduct(product.Text("displayName"), (product.Number("productState") & StateMask) == On, SignatureAgeDays: null, ExclusionsReadable: false)),
        ];
    }
}
